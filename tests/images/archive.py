# SPDX-License-Identifier: Apache-2.0
"""Layers and docker-archives for tests: the same input gives the same bytes."""

import hashlib
import io
import json
import os
import stat
import tarfile

NO_CAPABILITY_FLAGS, EFFECTIVE = 0x02000000, 0x02000001  # VFS_CAP_REVISION_2


def file_capability(capability, effective=False):
    """The bytes of security.capability that permit one capability (linux/capability.h)."""
    low, high = (1 << capability, 0) if capability < 32 else (0, 1 << capability - 32)
    words = (EFFECTIVE if effective else NO_CAPABILITY_FLAGS, low, 0, high, 0)
    return b"".join(w.to_bytes(4, "little") for w in words)


class Layer:
    """One layer's tar, entry by entry, in the order of the calls."""

    def __init__(self):
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._buffer, mode="w", format=tarfile.PAX_FORMAT)

    def _add(self, name, kind, mode, data=None, xattrs=None, **fields):
        t = tarfile.TarInfo(name)
        t.type, t.mode = kind, mode
        for key, value in fields.items():
            setattr(t, key, value)
        if data is not None:
            t.size = len(data)
        for key, value in (xattrs or {}).items():
            t.pax_headers["SCHILY.xattr." + key] = value.decode("utf-8", "surrogateescape")
        self._tar.addfile(t, None if data is None else io.BytesIO(data))
        return self

    def file(self, name, data=b"", mode=0o644, **fields):
        return self._add(name, tarfile.REGTYPE, mode,
                         data.encode() if isinstance(data, str) else data, **fields)

    def folder(self, name, mode=0o755, **fields):
        return self._add(name, tarfile.DIRTYPE, mode, **fields)

    def symlink(self, name, target, **fields):
        return self._add(name, tarfile.SYMTYPE, 0o777, linkname=target, **fields)

    def hardlink(self, name, target, mode=0o644, **fields):
        return self._add(name, tarfile.LNKTYPE, mode, linkname=target, **fields)

    def fifo(self, name, mode=0o644, **fields):
        return self._add(name, tarfile.FIFOTYPE, mode, **fields)

    def device(self, name, major, minor, mode=0o666, block=False, **fields):
        return self._add(name, tarfile.BLKTYPE if block else tarfile.CHRTYPE, mode,
                         devmajor=major, devminor=minor, **fields)

    def tree(self, top, xattrs=None):
        """Everything below a folder of this machine, owned by root, times at 0."""
        seen = {}
        for where, folders, names in os.walk(top):
            folders.sort()
            for n in sorted(folders + names):
                path = os.path.join(where, n)
                name, s = os.path.relpath(path, top), os.lstat(path)
                mode = stat.S_IMODE(s.st_mode)
                if stat.S_ISLNK(s.st_mode):
                    self.symlink(name, os.readlink(path))
                elif stat.S_ISDIR(s.st_mode):
                    self.folder(name, mode)
                elif s.st_nlink > 1 and s.st_ino in seen:
                    self.hardlink(name, seen[s.st_ino], mode)  # some engines apply it
                else:
                    seen[s.st_ino] = name
                    with open(path, "rb") as f:
                        self.file(name, f.read(), mode, xattrs=(xattrs or {}).get(name))
        return self

    def raw(self, data):
        """Bytes that no tar writer would write."""
        self._buffer.write(data)
        self._tar.offset += len(data)
        return self

    def bytes(self):
        if not self._tar.closed:
            self._tar.close()
        return self._buffer.getvalue()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def default_config(**more):
    config = {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
              "Cmd": ["/bin/sh"]}
    config.update(more)
    return config


def image_config(layers, config, **more):
    """The image config for uncompressed layers, as bytes."""
    return json.dumps({"architecture": "amd64", "os": "linux", "created": "2024-01-02T03:04:05Z",
                       "config": config, "history": [{"created_by": "test"} for _ in layers],
                       "rootfs": {"type": "layers", "diff_ids": ["sha256:" + sha256(d) for d in layers]},
                       **more}, sort_keys=True).encode()


def docker_archive(path, tag, layers, config=None, config_bytes=None, manifest_bytes=None):
    """Writes what `docker save` writes: layers are Layer objects or bytes."""
    blobs = [d.bytes() if isinstance(d, Layer) else d for d in layers]
    config_bytes = config_bytes if config_bytes is not None else \
        image_config(blobs, config or default_config())
    names = [f"{i}-{sha256(d)[:16]}/layer.tar" for i, d in enumerate(blobs)]
    config_name = sha256(config_bytes) + ".json"
    manifest = manifest_bytes if manifest_bytes is not None else json.dumps(
        [{"Config": config_name, "RepoTags": [tag] if tag else None, "Layers": names}]).encode()
    with tarfile.open(path + ".new", "w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in [("manifest.json", manifest), (config_name, config_bytes)] + \
                list(zip(names, blobs)):
            t = tarfile.TarInfo(name)
            t.size, t.mode = len(data), 0o644
            tar.addfile(t, io.BytesIO(data))
    os.rename(path + ".new", path)
