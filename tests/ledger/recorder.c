/* Records what a process writes into one folder, beneath whatever library writes it.
 *
 * Loaded by LD_PRELOAD. RECORDER_FOLDER is the folder, RECORDER_LOG the file that each call is appended to:
 * a packed header (struct head), the name within the folder, the data. What goes to standard output is
 * recorded too, so that the log says what had been acknowledged when. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 1024

struct __attribute__((packed)) head {
    char call;
    int32_t fd;
    int64_t at;
    int32_t name_length;
    int32_t length;
};

static int sink = -1;
static const char *folder;
static size_t folder_length;
static char followed[MOST];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_link)(const char *, const char *);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_link = dlsym(RTLD_NEXT, "link");
    folder = getenv("RECORDER_FOLDER");
    const char *log = getenv("RECORDER_LOG");
    if (!folder || !log) return;
    folder_length = strlen(folder);
    int low = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    sink = fcntl(low, F_DUPFD_CLOEXEC, MOST);
    real_close(low);
}

/* The name within the folder, "" for the folder itself, NULL outside. */
static const char *inside(const char *path) {
    if (sink < 0 || !path || strncmp(path, folder, folder_length)) return NULL;
    if (path[folder_length] == '\0') return path + folder_length;
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static int is_followed(int fd) { return sink >= 0 && fd >= 0 && fd < MOST && followed[fd]; }

static void put(const void *data, size_t length) {
    if (length && real_write(sink, data, length) != (ssize_t)length) abort();
}

static void note(char call, int fd, int64_t at, const char *name, const void *data, size_t length) {
    size_t name_length = name ? strlen(name) : 0;
    struct head head = {call, fd, at, (int32_t)name_length, (int32_t)length};
    int kept = errno;
    put(&head, sizeof head);
    put(name, name_length);
    put(data, length);
    errno = kept;
}

static int opened(const char *path, int flags, mode_t mode) {
    pthread_mutex_lock(&turn);
    int fd = real_open(path, flags, mode);
    const char *name = inside(path);
    if (fd >= 0 && fd < MOST) {
        struct stat what;
        if (name && !fstat(fd, &what) && S_ISDIR(what.st_mode)) name = "";  /* a folder in it syncs as it does */
        followed[fd] = name != NULL;
        if (name) note('o', fd, (flags & O_TRUNC) != 0, name, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, flags | O_LARGEFILE, mode); }

int close(int fd) {
    if (fd == sink && sink >= 0) return 0;
    if (fd >= 0 && fd < MOST) followed[fd] = 0;
    return real_close(fd);
}

ssize_t write(int fd, const void *data, size_t length) {
    if (!is_followed(fd) && !(fd == 1 && sink >= 0)) return real_write(fd, data, length);
    pthread_mutex_lock(&turn);
    off64_t at = fd == 1 ? 0 : lseek64(fd, 0, SEEK_CUR);
    if (fd != 1 && fcntl(fd, F_GETFL) & O_APPEND) at = lseek64(fd, 0, SEEK_END);
    ssize_t done = real_write(fd, data, length);
    if (done > 0) note(fd == 1 ? 'a' : 'w', fd, at, NULL, data, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

static ssize_t written_at(int fd, const void *data, size_t length, off64_t at) {
    pthread_mutex_lock(&turn);
    ssize_t done = real_pwrite(fd, data, length, at);
    if (done > 0 && is_followed(fd)) note('w', fd, at, NULL, data, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return written_at(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return written_at(fd, data, length, at); }

/* The copy that the kernel would do unseen is done by hand. */
ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
    char block[65536];
    size_t most = count < sizeof block ? count : sizeof block;
    ssize_t had = offset ? pread(in, block, most, *offset) : read(in, block, most);
    if (had <= 0) return had;
    ssize_t done = write(out, block, (size_t)had);
    if (done > 0 && offset) *offset += done;
    return done;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) { return sendfile(out, in, (off_t *)offset, count); }

static int truncated(int fd, off64_t size) {
    pthread_mutex_lock(&turn);
    int failed = real_ftruncate(fd, size);
    if (!failed && is_followed(fd)) note('t', fd, size, NULL, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}

int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

static int synced(int fd, int (*real)(int)) {
    pthread_mutex_lock(&turn);
    int failed = real(fd);
    if (!failed && is_followed(fd)) note('s', fd, 0, NULL, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

static int named(char call, int (*real)(const char *, const char *), const char *from, const char *to) {
    pthread_mutex_lock(&turn);
    int failed = real(from, to);
    const char *old = inside(from), *new = inside(to);
    if (!failed && old && new) note(call, -1, 0, old, new, strlen(new));
    else if (!failed && (old || new)) abort(); /* a file that comes from elsewhere was not recorded */
    pthread_mutex_unlock(&turn);
    return failed;
}

int rename(const char *from, const char *to) { return named('r', real_rename, from, to); }
int link(const char *from, const char *to) { return named('l', real_link, from, to); }

int unlink(const char *path) {
    pthread_mutex_lock(&turn);
    int failed = real_unlink(path);
    const char *name = inside(path);
    if (!failed && name) note('u', -1, 0, name, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}
