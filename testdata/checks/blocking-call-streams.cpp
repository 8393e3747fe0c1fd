// Streams, folders and their like in the standard library: files make the
// thread wait, memory does not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <strstream>
#include <utility>

namespace fs = std::filesystem;

task<> opens(std::string name) {
  std::ifstream in(name);
  // CHECK: :[[#@LINE-1]]:17: warning: 'std::ifstream' blocks the thread in coroutine 'opens' [coro-blocking-call]
  // CHECK-NEXT: note: 'std::ifstream' waits for a file
  std::ofstream out;
  out.open(name);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::{{(basic_)?}}ofstream::open' blocks the thread
  std::filebuf buffer;
  buffer.open(name, std::ios::in);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::basic_filebuf::open' blocks the thread
  std::ifstream moved(std::move(in));
  co_await work();
}

task<> reads(std::ifstream &in, std::string &line, int &n, char *text) {
  std::getline(in, line);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::getline' blocks the thread in coroutine 'reads' [coro-blocking-call]
  in.getline(text, 10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::{{(basic_)?}}ifstream::getline' blocks the thread
  in >> n;
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread
  in >> line;
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread
  in.read(text, 10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::{{(basic_)?}}ifstream::read' blocks the thread
  co_await work();
}

task<> knows_without_reading(std::ifstream &in, char *text) {
  in.readsome(text, 10); // No more than is in the buffer.
  (void)in.is_open();
  (void)in.good();
  (void)in.gcount();
  in.clear();
  co_await work();
}

task<> writes(std::ofstream &out, int n) {
  out << n;
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'writes' [coro-blocking-call]
  out << "text" << std::endl;
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread
  out.flush();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::{{(basic_)?}}ofstream::flush' blocks the thread
  out.close();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::{{(basic_)?}}ofstream::close' blocks the thread
  co_await work();
}

task<> in_memory(std::string text) {
  std::stringstream both;
  both << text << 1 << std::endl;
  std::istringstream in(text);
  std::string word;
  in >> word;
  std::getline(in, word);
  in.ignore();
  std::ostringstream out;
  out << word << std::flush;
  out.flush();
  std::istrstream old("1 2");
  int n = 0;
  old >> n;
  co_await work();
}

task<> of_any_kind(std::istream &in, std::ostream &out, std::string &line) {
  std::getline(in, line); // Nobody knows what is behind it.
  in >> line;
  out << line << std::endl;
  co_await work();
}

task<> console(std::string &line, int &n) {
  std::cin >> n;
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'console' [coro-blocking-call]
  // CHECK-NEXT: note: {{.*}} waits for the console
  std::getline(std::cin, line);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::getline' blocks the thread
  std::cin.get();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread
  std::cout << line << std::endl;
  std::cerr << line;
  co_await work();
}

task<> folders(fs::path path, fs::directory_entry &entry) {
  (void)fs::exists(path);
  // CHECK: :[[#@LINE-1]]:9: warning: 'std::filesystem::exists' blocks the thread in coroutine 'folders' [coro-blocking-call]
  std::error_code error;
  fs::create_directories(path, error);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::filesystem::create_directories' blocks the thread
  fs::remove_all(path);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::filesystem::remove_all' blocks the thread
  entry.refresh();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::filesystem::directory_entry::refresh' blocks the thread
  co_await work();
}

task<> paths(fs::path path, fs::file_status status, fs::directory_entry &entry) {
  (void)(path / "name").extension().string();
  (void)path.lexically_normal();
  (void)fs::exists(status);
  (void)fs::is_directory(status);
  (void)entry.path();
  fs::directory_iterator end;
  co_await work();
}

/// The file is open already: each line goes into the stream's buffer.
class Log {
public:
  explicit Log(const char *path) : file_(path) {}
  void line(const char *text) { file_ << text; }

private:
  std::ofstream file_;
};

task<> logs(Log &log) {
  log.line("one");
  co_await work();
}

/// It writes first, but it opens another file as well.
void line_and_rotate(std::ofstream &file) {
  file << "one";
  file.open("log.2");
}

void rotates_behind(std::ofstream &file) {
  file << "one";
  line_and_rotate(file);
}

task<> rotates(std::ofstream &file) {
  rotates_behind(file);
  // CHECK: :[[#@LINE-1]]:3: warning: 'rotates_behind' blocks the thread in coroutine 'rotates' [coro-blocking-call]
  // CHECK-NEXT: note: 'rotates_behind' calls 'line_and_rotate' here
  // CHECK-NEXT: note: 'line_and_rotate' calls '{{.*}}open', which waits for a file
  co_await work();
}
