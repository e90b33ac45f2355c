/* Preloaded into a process, this writes down in one file, in order, every change that the process makes to the files
   of one directory, and every fsync of them. What was written but not yet synced when the power goes may be lost. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
static char names[MOST][160];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static const char *under;

static void begin(void) {
  if (out >= 0) return;
  under = getenv("POWERCUT_UNDER");
  const char *path = getenv("POWERCUT_LOG");
  if (!under || !path) { out = -2; return; }
  out = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void emit(char what, const char *name, uint64_t at, const void *data, uint64_t size) {
  if (out == -1) begin();
  if (out < 0) return;
  uint8_t head[1 + 2 + 8 + 8];
  uint16_t length = (uint16_t)strlen(name);
  head[0] = (uint8_t)what;
  memcpy(head + 1, &length, 2);
  memcpy(head + 3, &at, 8);
  memcpy(head + 11, &size, 8);
  struct iovec parts[3] = {{head, sizeof head}, {(void *)name, length}, {(void *)data, data ? size : 0}};
  syscall(SYS_writev, out, parts, 3);
}

static const char *ours(const char *path) {
  if (out == -1) begin();
  if (out < 0 || !under || strncmp(path, under, strlen(under)) != 0) return NULL;
  const char *base = path + strlen(under);
  if (*base == '/') base++;
  return strncmp(base, "strandline.db", 13) == 0 && !strstr(base, "-shm") ? base : NULL;
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)
#define KNOWN(fd) ((fd) >= 0 && (fd) < MOST && names[fd][0])

static int opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= MOST) return fd;
  const char *base = ours(path);
  pthread_mutex_lock(&gate);
  names[fd][0] = 0;
  if (base) {
    strncpy(names[fd], base, sizeof names[fd] - 1);
    if (flags & O_TRUNC) emit('T', base, 0, NULL, 0);
  }
  pthread_mutex_unlock(&gate);
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more);
  REAL(int, "open", const char *, int, ...);
  return opened(real(path, flags, mode), path, flags);
}
int open64(const char *path, int flags, ...) {
  va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more);
  REAL(int, "open64", const char *, int, ...);
  return opened(real(path, flags, mode), path, flags);
}
int close(int fd) {
  REAL(int, "close", int);
  if (KNOWN(fd)) { pthread_mutex_lock(&gate); names[fd][0] = 0; pthread_mutex_unlock(&gate); }
  return real(fd);
}
/* The change and its line in the log must not be parted by another thread's sync. */
#define LOGGED(call, what, at, data, size) \
  if (!KNOWN(fd)) return call; \
  pthread_mutex_lock(&gate); \
  __typeof__(call) done = call; \
  if (done >= 0) emit(what, names[fd], (uint64_t)(at), data, (uint64_t)(size)); \
  pthread_mutex_unlock(&gate); \
  return done;

ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  off_t at = KNOWN(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
  LOGGED(real(fd, data, size), 'W', at, data, size)
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  LOGGED(real(fd, data, size, at), 'W', at, data, size)
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  LOGGED(real(fd, data, size, at), 'W', at, data, size)
}
int ftruncate(int fd, off_t size) {
  REAL(int, "ftruncate", int, off_t);
  LOGGED(real(fd, size), 'T', size, NULL, 0)
}
int ftruncate64(int fd, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  LOGGED(real(fd, size), 'T', size, NULL, 0)
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  LOGGED(real(fd), 'S', 0, NULL, 0)
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  LOGGED(real(fd), 'S', 0, NULL, 0)
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  int done = real(path);
  const char *base = done == 0 ? ours(path) : NULL;
  if (base) { pthread_mutex_lock(&gate); emit('U', base, 0, NULL, 0); pthread_mutex_unlock(&gate); }
  return done;
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  int done = real(from, to);
  const char *base = done == 0 ? ours(to) : NULL;
  if (base) { pthread_mutex_lock(&gate); emit('R', base, 0, NULL, 0); pthread_mutex_unlock(&gate); }
  return done;
}
/* Called by the workload when it has been told that something is stored. */
void powercut_acknowledged(const char *token) {
  pthread_mutex_lock(&gate);
  emit('A', token, 0, NULL, 0);
  pthread_mutex_unlock(&gate);
}
