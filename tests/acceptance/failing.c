/* Preloaded into a process, this lets the n-th change or sync of the database's files fail: once, or from then on until
   it is told to stop, as a disk does that is full until somebody makes room. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096
static char is_ours[MOST];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static long seen, fails_at, failed;
static int with, goes_on;

void failing_begin(long at, int error, int on) {
  pthread_mutex_lock(&gate);
  seen = failed = 0; fails_at = at; with = error; goes_on = on;
  pthread_mutex_unlock(&gate);
}
void failing_stop(void) { pthread_mutex_lock(&gate); fails_at = 0; pthread_mutex_unlock(&gate); }
long failing_seen(void) { return seen; }
long failing_failed(void) { return failed; }

static int fails(void) {
  pthread_mutex_lock(&gate);
  seen++;
  int now = fails_at && (goes_on ? seen >= fails_at : seen == fails_at);
  failed += now;
  pthread_mutex_unlock(&gate);
  if (now) errno = with;
  return now;
}

static int meant(const char *path) {
  const char *under = getenv("FAILING_UNDER");
  if (!under || strncmp(path, under, strlen(under)) != 0) return 0;
  const char *base = strrchr(path, '/');
  return base && strncmp(base + 1, "strandline.db", 13) == 0 && !strstr(base, "-shm") && !strstr(base, ".lock")
    && !strstr(base, ".turn");
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)
#define OURS(fd) ((fd) >= 0 && (fd) < MOST && is_ours[fd])

static int opened(int fd, const char *path) {
  if (fd >= 0 && fd < MOST) is_ours[fd] = (char)meant(path);
  return fd;
}
int open(const char *path, int flags, ...) {
  va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more);
  REAL(int, "open", const char *, int, ...);
  return opened(real(path, flags, mode), path);
}
int open64(const char *path, int flags, ...) {
  va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more);
  REAL(int, "open64", const char *, int, ...);
  return opened(real(path, flags, mode), path);
}
int close(int fd) {
  REAL(int, "close", int);
  if (OURS(fd)) is_ours[fd] = 0;
  return real(fd);
}
ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return OURS(fd) && fails() ? -1 : real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return OURS(fd) && fails() ? -1 : real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return OURS(fd) && fails() ? -1 : real(fd, data, size, at);
}
int ftruncate(int fd, off_t size) {
  REAL(int, "ftruncate", int, off_t);
  return OURS(fd) && fails() ? -1 : real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  return OURS(fd) && fails() ? -1 : real(fd, size);
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  return OURS(fd) && fails() ? -1 : real(fd);
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return OURS(fd) && fails() ? -1 : real(fd);
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return meant(to) && fails() ? -1 : real(from, to);
}
