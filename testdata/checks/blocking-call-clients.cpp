// The C libraries that servers talk to others with: what waits, and what does
// not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 | %FileCheck %s

#include "../include/clients.hpp"
#include "../include/task.hpp"

reading<int> readable(int socket);

task<> curl_transfers(CURL *easy, CURLM *multi) {
  curl_easy_perform(easy);
  // CHECK: :[[#@LINE-1]]:3: warning: 'curl_easy_perform' blocks the thread in coroutine 'curl_transfers' [coro-blocking-call]
  // CHECK-NEXT: note: 'curl_easy_perform' waits for the network
  curl_multi_wait(multi, nullptr, 0, 100, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'curl_multi_wait' blocks the thread
  curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'curl_multi_poll' blocks the thread
  co_await work();
}

task<> curl_does_what_it_can(CURL *easy, CURLM *multi, char *buffer) {
  int running = 0;
  unsigned long n = 0;
  curl_multi_perform(multi, &running);
  curl_multi_poll(multi, nullptr, 0, 0, nullptr);
  curl_easy_recv(easy, buffer, 10, &n); // CURLE_AGAIN if there is nothing.
  co_await work();
}

task<> sqlite_reads(sqlite3 *db, sqlite3_stmt *stmt) {
  sqlite3_open("notes.db", &db);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sqlite3_open' blocks the thread in coroutine 'sqlite_reads' [coro-blocking-call]
  // CHECK-NEXT: note: 'sqlite3_open' waits for a database
  sqlite3_prepare_v2(db, "select 1", -1, &stmt, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sqlite3_prepare_v2' blocks the thread
  while (sqlite3_step(stmt) == 100)
    // CHECK: :[[#@LINE-1]]:10: warning: 'sqlite3_step' blocks the thread
    sqlite3_column_int(stmt, 0);
  sqlite3_sleep(10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sqlite3_sleep' blocks the thread
  // CHECK-NEXT: note: 'sqlite3_sleep' sleeps
  sqlite3_close(db);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sqlite3_close' blocks the thread
  co_await work();
}

task<> sqlite_in_memory(sqlite3 *db, sqlite3_stmt *stmt) {
  sqlite3_open(":memory:", &db);
  sqlite3_open_v2(":memory:", &db, 6, nullptr);
  sqlite3_bind_int(stmt, 1, 2);
  co_await work();
}

task<> postgres_waits(PGconn *conn, char *buffer) {
  conn = PQconnectdb("");
  // CHECK: :[[#@LINE-1]]:10: warning: 'PQconnectdb' blocks the thread in coroutine 'postgres_waits' [coro-blocking-call]
  PQexec(conn, "select 1");
  // CHECK: :[[#@LINE-1]]:3: warning: 'PQexec' blocks the thread
  PQsendQuery(conn, "select 1");
  PQclear(PQgetResult(conn));
  // CHECK: :[[#@LINE-1]]:11: warning: 'PQgetResult' blocks the thread
  PQgetCopyData(conn, &buffer, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'PQgetCopyData' blocks the thread
  co_await work();
}

task<> postgres_polls(PGconn *conn, char *buffer, int how) {
  PQconnectStart("");
  PQsendQuery(conn, "select 1");
  while (PQisBusy(conn)) {
    co_await readable(PQsocket(conn));
    PQconsumeInput(conn);
  }
  PQclear(PQgetResult(conn));
  PQgetCopyData(conn, &buffer, 1);
  PQgetCopyData(conn, &buffer, how); // Nobody knows.
}

task<> postgres_polls_another(PGconn *conn, PGconn *other) {
  while (PQisBusy(other))
    co_await work();
  PQclear(PQgetResult(conn));
  // CHECK: :[[#@LINE-1]]:11: warning: 'PQgetResult' blocks the thread in coroutine 'postgres_polls_another' [coro-blocking-call]
}

task<> mysql_waits(MYSQL *mysql) {
  mysql_query(mysql, "select 1");
  // CHECK: :[[#@LINE-1]]:3: warning: 'mysql_query' blocks the thread in coroutine 'mysql_waits' [coro-blocking-call]
  MYSQL_RES *rows = mysql_use_result(mysql);
  mysql_fetch_row(rows);
  // CHECK: :[[#@LINE-1]]:3: warning: 'mysql_fetch_row' blocks the thread
  co_await work();
}

task<> mysql_from_memory(MYSQL *mysql, MYSQL_RES *given) {
  int status = 0;
  mysql_real_query_start(&status, mysql, "select 1", 8);
  MYSQL_RES *rows = mysql_store_result(mysql);
  // CHECK: :[[#@LINE-1]]:21: warning: 'mysql_store_result' blocks the thread in coroutine 'mysql_from_memory' [coro-blocking-call]
  mysql_fetch_row(rows);
  mysql_fetch_row(given); // Nobody knows.
  co_await work();
}

task<> redis_waits(redisContext *given) {
  redisContext *c = redisConnect("localhost", 6379);
  // CHECK: :[[#@LINE-1]]:21: warning: 'redisConnect' blocks the thread in coroutine 'redis_waits' [coro-blocking-call]
  redisCommand(c, "GET foo");
  // CHECK: :[[#@LINE-1]]:3: warning: 'redisCommand' blocks the thread
  redisCommand(given, "GET foo");
  // CHECK: :[[#@LINE-1]]:3: warning: 'redisCommand' blocks the thread
  redisAppendCommand(c, "GET foo");
  void *reply = nullptr;
  redisGetReply(c, &reply);
  // CHECK: :[[#@LINE-1]]:3: warning: 'redisGetReply' blocks the thread
  co_await work();
}

task<> redis_without_waiting() {
  redisContext *c = redisConnectNonBlock("localhost", 6379);
  redisAppendCommand(c, "GET foo");
  void *reply = nullptr;
  redisGetReply(c, &reply);
  co_await work();
}
