/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file tree of a container as data: its root and what is mounted into it, in order.
 * OCI runtime specification 1.3, config.md "Root" and "Mounts".
 *
 * `source` paths are the caller's and trusted. `target` paths are resolved inside the container's
 * root, whose content is hostile.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum rootfs_kind {
	ROOTFS_OVERLAY,	  /* layers below one writable folder */
	ROOTFS_DIRECTORY, /* one folder: vfs, or a bundle */
};

struct spec_rootfs {
	enum rootfs_kind kind;
	/* Overlay: the folder that holds all layers and the layers' paths below it, topmost first. */
	const char *layer_store;
	const char *const *layers;
	size_t n_layers;
	/* Overlay: the container's folder with `upper` and `work` in it. Directory: the root itself. */
	const char *path;
	int readonly;
	int nosuid;
	int idmapped; /* show ids on disk through the container's id map */
	int devices;  /* device nodes in it work: no nodev */
	/* MS_SHARED, MS_SLAVE, MS_UNBINDABLE of "/" inside, with MS_REC of all below; 0 is private. */
	uint64_t propagation;
	int no_pivot;	 /* MS_MOVE and chroot where pivot_root can't be had (a ramfs) */
	int user_xattrs; /* overlay's own marks in user.*, as without CAP_SYS_ADMIN on the host */
	int volatile_upper; /* nothing in `upper` outlives the container: no sync when it goes */
};

enum mount_kind {
	MOUNT_FILESYSTEM, /* a new instance of `fstype` */
	MOUNT_BIND,	  /* `source` of the host */
	MOUNT_MASK, /* hide target: /dev/null over a file, an empty read-only tmpfs over a folder */
	MOUNT_READONLY, /* bind target onto itself, read-only */
	MOUNT_CGROUP,	/* the container's own cgroup(s), v1 or v2, at target */
	MOUNT_DEV,	/* /dev: a tmpfs with the six nodes and the usual links */
	MOUNT_REMOUNT, /* change what is mounted at target; with any `fstype` its file system, too */
};

struct id_range {
	uint32_t inside, outside, count;
};

/* An idmapped mount with its own maps; n 0: none. */
struct spec_idmap {
	const struct id_range *uid, *gid;
	size_t n_uid, n_gid;
	int recursive; /* "ridmap": with either map also on the mounts below */
};

/* mknod(2) below the container's root. */
struct spec_device {
	const char *path; /* absolute, in the container */
	unsigned type;	  /* S_IFCHR, S_IFBLK, S_IFIFO */
	unsigned major, minor;
	unsigned mode;	   /* permissions */
	uint32_t uid, gid; /* in the container's numbers */
};

/*
 * Attributes are MOUNT_ATTR_* of mount_setattr(2). An access-time mode (relatime is none of the
 * bits) is asked for by MOUNT_ATTR__ATIME among those cleared, as there. A bind without any keeps
 * what its source has. In a container with a user namespace of its own a bind can't be freed of
 * what protects its source (ro, nosuid, nodev, noexec, the access-time mode): asked for by
 * `attributes_cleared` that is an error, by `attributes_exact` it stays.
 */
struct spec_mount {
	enum mount_kind kind;
	const char *source; /* binds: absolute */
	const char *target; /* absolute, in the container, without "." and ".." and double "/" */
	const char *fstype;
	/*
	 * "key=value" or "flag" for fsconfig(2), NULL-terminated, or NULL; also "sync", "dirsync",
	 * "lazytime" and their opposites. Ids in "uid=" and "gid=" are the container's.
	 */
	const char *const *options;
	uint64_t attributes;	     /* "ro", "nosuid", "nodev", "noexec" … */
	uint64_t attributes_cleared; /* "suid", "exec" …: not what the source has */
	uint64_t recursive_attributes, recursive_attributes_cleared; /* "rro", "rexec" … */
	int attributes_exact;	  /* what isn't in `attributes` is cleared, access time aside */
	int attributes_recursive; /* `attributes` also on the mounts below source */
	int recursive;		  /* rbind: bring the mounts below source along */
	/* MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE; with MS_REC also below; 0 is private. */
	uint64_t propagation;
	int idmapped;		 /* 1:1 through the container's id map */
	struct spec_idmap idmap; /* or its own one */
	int optional;		 /* a default that may be missing: no error when it can't be made */
	/* What target has is copied: a bind's source that is empty takes it, a tmpfs starts with it. */
	int copy_up;
	int source_nofollow, target_nofollow; /* binds of and onto symbolic links themselves */
	int copy_symlink; /* a source that is a symbolic link becomes one at target */
};
