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
	int idmapped;	      /* show ids on disk through the container's id map */
	int devices;	      /* device nodes in it work: no nodev */
	uint64_t propagation; /* MS_SHARED, MS_SLAVE, MS_UNBINDABLE of "/" inside; 0 is private */
	int no_pivot;	      /* MS_MOVE and chroot where pivot_root can't be had (a ramfs) */
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
	MOUNT_REMOUNT,	/* change the attributes of what is mounted at target already */
};

struct id_range {
	uint32_t inside, outside, count;
};

/* An idmapped mount with its own maps; n 0: none. */
struct spec_idmap {
	const struct id_range *uid, *gid;
	size_t n_uid, n_gid;
	int recursive; /* "ridmap" */
};

/* mknod(2) below the container's root. */
struct spec_device {
	const char *path; /* absolute, in the container */
	unsigned type;	  /* S_IFCHR, S_IFBLK, S_IFIFO */
	unsigned major, minor;
	unsigned mode;	   /* permissions */
	uint32_t uid, gid; /* in the container's numbers */
};

struct spec_mount {
	enum mount_kind kind;
	const char *source;
	const char *target; /* absolute, in the container */
	const char *fstype;
	const char *const
		*options;    /* "key=value" or "flag" for fsconfig(2), NULL-terminated, or NULL */
	uint64_t attributes; /* MOUNT_ATTR_RDONLY, _NOSUID, _NODEV, _NOEXEC … */
	uint64_t attributes_cleared; /* "suid", "exec" …: not what the source has */
	uint64_t recursive_attributes, recursive_attributes_cleared; /* "rro", "rexec" … */
	int attributes_recursive; /* also on the mounts below source (rro …) */
	int recursive;		  /* rbind: bring the mounts below source along */
	uint64_t propagation;	  /* MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE; 0 is private */
	int propagation_recursive; /* "rslave" …: also of the mounts below source */
	int idmapped;		   /* 1:1 through the container's id map */
	struct spec_idmap idmap;   /* or its own one */
	int optional; /* a default that may be missing: no error when it can't be made */
	int copy_up;  /* an empty source, or a new tmpfs, takes what the image has at target */
	int source_nofollow; /* a source that is a symbolic link is bound itself */
	int target_nofollow; /* a target that is one is covered itself */
	int copy_symlink;    /* a source that is one is made anew at target, not bound */
};
