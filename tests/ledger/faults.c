/* Makes one call of a process fail, beneath whatever library makes it.
 *
 * Loaded by LD_PRELOAD. `faults_arm(kind, nth, error, sticky)` is called by the process itself: from then on the
 * calls of that kind that touch FAULTS_FOLDER or FAULTS_HOME are counted, and the nth fails with an error, and
 * with `sticky` every one after it. `faults_count` and `faults_fired` tell afterwards. Kinds: w write, s sync,
 * r rename, o open, u unlink, a allocation by SQLite, n sending to a server or hearing from it (wherever that is),
 * * any of w, s, r and u. With a negative error the process is killed instead. Armed with #, none fails and all
 * are counted by kind, for `faults_count_of`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static char kind, last;
static long nth, count, fired, counts[128];
static int error_number, sticky;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_open)(const char *, int, ...);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_link)(const char *, const char *);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_recv)(int, void *, size_t, int);
static void *(*real_malloc)(size_t);
static void *(*real_realloc)(void *, size_t);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_open = dlsym(RTLD_NEXT, "open64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_link = dlsym(RTLD_NEXT, "link");
    real_send = dlsym(RTLD_NEXT, "send");
    real_recv = dlsym(RTLD_NEXT, "recv");
    real_malloc = dlsym(RTLD_NEXT, "malloc");
    real_realloc = dlsym(RTLD_NEXT, "realloc");
}

void faults_arm(char of, long at, int with, int from_then_on) {
    count = fired = 0;
    if (of == '#') memset(counts, 0, sizeof counts);
    nth = at;
    error_number = with;
    sticky = from_then_on;
    kind = of;
}
long faults_count(void) { return count; }
long faults_fired(void) { return fired; }
long faults_count_of(char of) { return counts[(int)of]; }

static int ours(const char *path) {
    const char *folder = getenv("FAULTS_FOLDER"), *home = getenv("FAULTS_HOME");
    return path && ((folder && !strncmp(path, folder, strlen(folder))) || (home && !strncmp(path, home, strlen(home))));
}

static int our_fd(int fd) {
    char link[40], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

static int armed(char call) {
    last = call;
    return kind == call || kind == '#' || (kind == '*' && !strchr("oan", call));
}

static int fails(void) {
    if (kind == '#') return ++counts[(int)last], 0;
    ++count;
    if (!nth || count < nth || (count > nth && !sticky)) return 0;
    ++fired;
    if (error_number < 0) kill(getpid(), SIGKILL);
    errno = error_number;
    return 1;
}

ssize_t write(int fd, const void *data, size_t length) {
    return armed('w') && our_fd(fd) && fails() ? -1 : real_write(fd, data, length);
}
static ssize_t pwrite_(int fd, const void *data, size_t length, off64_t at) {
    return armed('w') && our_fd(fd) && fails() ? -1 : real_pwrite(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return pwrite_(fd, data, length, at); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite_(fd, data, length, at); }
static int ftruncate_(int fd, off64_t length) {
    return armed('w') && our_fd(fd) && fails() ? -1 : real_ftruncate(fd, length);
}
int ftruncate64(int fd, off64_t length) { return ftruncate_(fd, length); }
int ftruncate(int fd, off_t length) { return ftruncate_(fd, length); }
int fsync(int fd) { return armed('s') && our_fd(fd) && fails() ? -1 : real_fsync(fd); }
int fdatasync(int fd) { return armed('s') && our_fd(fd) && fails() ? -1 : real_fdatasync(fd); }
int rename(const char *from, const char *to) {
    return armed('r') && ours(to) && fails() ? -1 : real_rename(from, to);
}
int link(const char *from, const char *to) { return armed('r') && ours(to) && fails() ? -1 : real_link(from, to); }
int unlink(const char *path) { return armed('u') && ours(path) && fails() ? -1 : real_unlink(path); }

static int breaks(int fd) {
    if (!armed('n') || !fails()) return 0;
    int with = errno;
    shutdown(fd, SHUT_RDWR); /* what is broken stays so, in both directions */
    errno = with;
    return 1;
}
ssize_t send(int fd, const void *data, size_t length, int flags) {
    return breaks(fd) ? -1 : real_send(fd, data, length, flags);
}
ssize_t recv(int fd, void *data, size_t length, int flags) {
    return breaks(fd) ? -1 : real_recv(fd, data, length, flags);
}

static int open_(const char *path, int flags, mode_t mode) {
    return armed('o') && ours(path) && fails() ? -1 : real_open(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_(path, flags, mode);
}

/* OpenSSL lies in the same library. Where it gets no memory it notes that in memory, for which it asks again, and
 * so on until the stack is full: what it asks for straight after it got nothing it gets. */
static __thread int noted __attribute__((tls_model("initial-exec")));

static int no_memory(void *caller) {
    Dl_info found;
    if (!dladdr(caller, &found) || !found.dli_fname || !strstr(found.dli_fname, "sqlcipher")) return 0;
    last = 'a';
    int of_openssl = found.dli_sname && !strncmp(found.dli_sname, "CRYPTO_", 7);
    if (of_openssl && noted) return noted = 0;
    int failed = fails();
    if (of_openssl) noted = failed;
    return failed;
}
void *malloc(size_t size) {
    if ((kind == 'a' || kind == '#') && no_memory(__builtin_return_address(0))) return NULL;
    return real_malloc ? real_malloc(size) : NULL;
}
void *realloc(void *before, size_t size) {
    if ((kind == 'a' || kind == '#') && no_memory(__builtin_return_address(0))) return NULL;
    return real_realloc(before, size);
}
