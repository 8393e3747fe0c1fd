// POSIX calls that wait, and the arguments and surroundings with which they do
// not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

event readable(int fd);
event writable(int fd);

//===----------------------------------------------------------------------===//
// Time limits
//===----------------------------------------------------------------------===//

task<> waits_for_descriptors(int fd, pollfd *fds, fd_set *set, epoll_event *e) {
  poll(fds, 1, 100);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread in coroutine 'waits_for_descriptors' [coro-blocking-call]
  // CHECK-NEXT: note: 'poll' waits for the network
  poll(fds, 1, -1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread
  epoll_wait(fd, e, 1, 10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'epoll_wait' blocks the thread
  select(fd, set, nullptr, nullptr, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'select' blocks the thread
  // CHECK-NEXT: note: 'select' waits for the network
  timeval second{1, 0};
  select(fd, set, nullptr, nullptr, &second);
  // CHECK: :[[#@LINE-1]]:3: warning: 'select' blocks the thread
  ppoll(fds, 1, nullptr, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'ppoll' blocks the thread
  co_await work();
}

task<> sleeps_by_waiting_for_nothing() {
  timeval second{1, 0};
  select(0, nullptr, nullptr, nullptr, &second);
  // CHECK: :[[#@LINE-1]]:3: warning: 'select' blocks the thread in coroutine 'sleeps_by_waiting_for_nothing' [coro-blocking-call]
  // CHECK-NEXT: note: 'select' sleeps
  poll(nullptr, 0, 100);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread
  // CHECK-NEXT: note: 'poll' sleeps
  co_await work();
}

task<> only_asks(int fd, pollfd *fds, fd_set *set, epoll_event *e) {
  poll(fds, 1, 0);
  epoll_wait(fd, e, 1, 0);
  timeval now{0, 0};
  select(fd, set, nullptr, nullptr, &now);
  timeval again;
  again.tv_sec = 0;
  again.tv_usec = 0;
  select(fd, set, nullptr, nullptr, &again);
  constexpr timespec zero{};
  ppoll(fds, 1, &zero, nullptr);
  int limit = 0;
  poll(fds, 1, limit);
  co_await work();
}

task<> limits_that_change(int fd, pollfd *fds, fd_set *set, bool patient) {
  timeval limit{0, 0};
  if (patient)
    limit.tv_sec = 1;
  select(fd, set, nullptr, nullptr, &limit);
  // CHECK: :[[#@LINE-1]]:3: warning: 'select' blocks the thread in coroutine 'limits_that_change' [coro-blocking-call]
  int wait = 0;
  wait += patient;
  poll(fds, 1, wait);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread
  co_await work();
}

task<> sleeps() {
  timespec t{1, 0};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &t, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'clock_nanosleep' blocks the thread in coroutine 'sleeps' [coro-blocking-call]
  timespec none{0, 0};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &none, nullptr);
  nanosleep(&none, nullptr);
  usleep(0);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Descriptors that do not make anybody wait
//===----------------------------------------------------------------------===//

task<> talks(int fd, char *buffer) {
  recv(fd, buffer, 10, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'recv' blocks the thread in coroutine 'talks' [coro-blocking-call]
  send(fd, buffer, 10, MSG_NOSIGNAL);
  // CHECK: :[[#@LINE-1]]:3: warning: 'send' blocks the thread
  read(fd, buffer, 10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'read' blocks the thread
  accept(fd, nullptr, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'accept' blocks the thread
  co_await readable(fd);
}

task<> talks_when_ready(int fd, char *buffer) {
  co_await readable(fd);
  recv(fd, buffer, 10, 0);
  read(fd, buffer, 10);
  co_await writable(fd);
  write(fd, buffer, 10);
}

task<> waits_for_another(int fd, int other, char *buffer) {
  co_await readable(other);
  recv(fd, buffer, 10, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'recv' blocks the thread in coroutine 'waits_for_another' [coro-blocking-call]
}

struct connection {
  int fd;
  char buffer[10];
  task<> talks_when_ready() {
    co_await readable(fd);
    recv(fd, buffer, sizeof buffer, 0);
  }
  task<> talks_until_it_would_block() {
    while (recv(fd, buffer, sizeof buffer, 0) > 0 || errno != EAGAIN)
      co_await work();
  }
};

task<> asks_not_to_wait(int fd, char *buffer) {
  recv(fd, buffer, 10, MSG_DONTWAIT);
  send(fd, buffer, 10, MSG_DONTWAIT | MSG_NOSIGNAL);
  constexpr int Flags = MSG_DONTWAIT;
  recv(fd, buffer, 10, Flags);
  co_await work();
}

task<> makes_it_so(const char *host) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(fd, nullptr, 0);
  co_await writable(fd);
}

//===----------------------------------------------------------------------===//
// Files, folders and names
//===----------------------------------------------------------------------===//

task<> files(int fd, DIR *folder, struct stat *s, char *buffer) {
  open("a", O_RDONLY);
  // CHECK: :[[#@LINE-1]]:3: warning: 'open' blocks the thread in coroutine 'files' [coro-blocking-call]
  // CHECK-NEXT: note: 'open' waits for a file
  pread(fd, buffer, 10, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'pread' blocks the thread
  fsync(fd);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fsync' blocks the thread
  stat("a", s);
  // CHECK: :[[#@LINE-1]]:3: warning: 'stat' blocks the thread
  readdir(folder);
  // CHECK: :[[#@LINE-1]]:3: warning: 'readdir' blocks the thread
  realpath("a", buffer);
  // CHECK: :[[#@LINE-1]]:3: warning: 'realpath' blocks the thread
  flock(fd, LOCK_EX);
  // CHECK: :[[#@LINE-1]]:3: warning: 'flock' blocks the thread
  struct flock region {};
  fcntl(fd, F_SETLKW, &region);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fcntl' blocks the thread
  co_await work();
}

task<> what_is_known_of_a_file(int fd, struct stat *s) {
  open("fifo", O_RDONLY | O_NONBLOCK);
  fstat(fd, s);
  lseek(fd, 0, SEEK_SET);
  flock(fd, LOCK_EX | LOCK_NB);
  flock(fd, LOCK_UN);
  struct flock region {};
  fcntl(fd, F_SETLK, &region);
  fcntl(fd, F_GETFL);
  co_await work();
}

task<> streams(FILE *f, char *text) {
  fgets(text, 10, f);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fgets' blocks the thread in coroutine 'streams' [coro-blocking-call]
  // CHECK-NEXT: note: 'fgets' waits for a file
  fgets(text, 10, stdin);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fgets' blocks the thread
  // CHECK-NEXT: note: 'fgets' waits for the console
  fputs(text, f);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fputs' blocks the thread
  fputs(text, stdout);
  printf("%s", text);
  snprintf(text, 10, "%d", 1);
  sscanf(text, "%*d");
  co_await work();
}

task<> streams_in_memory(char *text) {
  FILE *f = fmemopen(text, 10, "r");
  fgets(text, 10, f);
  fclose(f);
  co_await work();
}

task<> names(addrinfo **found, sockaddr *address, char *host) {
  getaddrinfo("example.org", "http", nullptr, found);
  // CHECK: :[[#@LINE-1]]:3: warning: 'getaddrinfo' blocks the thread in coroutine 'names' [coro-blocking-call]
  // CHECK-NEXT: note: 'getaddrinfo' waits for a name server
  gethostbyname("example.org");
  // CHECK: :[[#@LINE-1]]:3: warning: 'gethostbyname' blocks the thread
  getnameinfo(address, 16, host, 10, nullptr, 0, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'getnameinfo' blocks the thread
  getnameinfo(address, 16, host, 10, nullptr, 0, NI_NUMERICHOST);
  getaddrinfo(nullptr, "80", nullptr, found);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Processes, threads, signals, queues
//===----------------------------------------------------------------------===//

task<> others(pid_t child, pthread_t thread, sem_t *sem, pthread_cond_t *cond,
              pthread_mutex_t *mutex, sigset_t *signals, mqd_t queue,
              char *text) {
  int status = 0;
  waitpid(child, &status, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'waitpid' blocks the thread in coroutine 'others' [coro-blocking-call]
  // CHECK-NEXT: note: 'waitpid' waits for a process
  system("ls");
  // CHECK: :[[#@LINE-1]]:3: warning: 'system' blocks the thread
  popen("ls", "r");
  // CHECK: :[[#@LINE-1]]:3: warning: 'popen' blocks the thread
  pthread_join(thread, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'pthread_join' blocks the thread
  // CHECK-NEXT: note: 'pthread_join' waits for a thread to end
  pthread_cond_wait(cond, mutex);
  // CHECK: :[[#@LINE-1]]:3: warning: 'pthread_cond_wait' blocks the thread
  sem_wait(sem);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sem_wait' blocks the thread
  sigwait(signals, &status);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sigwait' blocks the thread
  mq_receive(queue, text, 10, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'mq_receive' blocks the thread
  msgrcv(1, text, 10, 0, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'msgrcv' blocks the thread
  tcdrain(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'tcdrain' blocks the thread
  co_await work();
}

task<> others_without_waiting(pid_t child, sem_t *sem, sigset_t *signals,
                              termios *line, char *text) {
  int status = 0;
  waitpid(child, &status, WNOHANG);
  waitpid(child, &status, WNOHANG | WUNTRACED);
  system(nullptr);
  sem_trywait(sem);
  sem_post(sem);
  timespec none{0, 0};
  sigtimedwait(signals, nullptr, &none);
  msgrcv(1, text, 10, 0, IPC_NOWAIT);
  tcsetattr(1, TCSANOW, line);
  kill(child, SIGTERM);
  co_await work();
}
