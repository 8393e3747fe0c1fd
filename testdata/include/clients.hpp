/// \file
/// The C libraries that servers talk to others with, libcurl, SQLite, libpq,
/// MariaDB's client and hiredis, just enough to parse.

#ifndef TESTDATA_CLIENTS_HPP
#define TESTDATA_CLIENTS_HPP
#pragma GCC system_header

extern "C" {

typedef void CURL;
typedef struct Curl_multi CURLM;
typedef int CURLcode;
typedef int CURLMcode;
struct curl_waitfd;
CURLcode curl_easy_perform(CURL *curl);
CURLcode curl_easy_recv(CURL *curl, void *buffer, unsigned long size,
                        unsigned long *n);
CURLMcode curl_multi_perform(CURLM *multi, int *running);
CURLMcode curl_multi_wait(CURLM *multi, struct curl_waitfd fds[],
                          unsigned int count, int timeout_ms, int *ret);
CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd fds[],
                          unsigned int count, int timeout_ms, int *ret);

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open(const char *name, sqlite3 **db);
int sqlite3_open_v2(const char *name, sqlite3 **db, int flags, const char *vfs);
int sqlite3_close(sqlite3 *db);
int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size,
                       sqlite3_stmt **stmt, const char **tail);
int sqlite3_step(sqlite3_stmt *stmt);
int sqlite3_bind_int(sqlite3_stmt *stmt, int at, int value);
int sqlite3_column_int(sqlite3_stmt *stmt, int column);
int sqlite3_sleep(int ms);

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
PGconn *PQconnectdb(const char *conninfo);
PGconn *PQconnectStart(const char *conninfo);
PGresult *PQexec(PGconn *conn, const char *query);
int PQsendQuery(PGconn *conn, const char *query);
int PQconsumeInput(PGconn *conn);
int PQisBusy(PGconn *conn);
int PQsocket(const PGconn *conn);
PGresult *PQgetResult(PGconn *conn);
int PQgetCopyData(PGconn *conn, char **buffer, int async);
void PQclear(PGresult *res);

typedef struct st_mysql MYSQL;
typedef struct st_mysql_res MYSQL_RES;
typedef char **MYSQL_ROW;
int mysql_query(MYSQL *mysql, const char *q);
MYSQL_RES *mysql_store_result(MYSQL *mysql);
MYSQL_RES *mysql_use_result(MYSQL *mysql);
MYSQL_ROW mysql_fetch_row(MYSQL_RES *result);
int mysql_real_query_start(int *ret, MYSQL *mysql, const char *q,
                           unsigned long length);

typedef struct redisContext redisContext;
redisContext *redisConnect(const char *ip, int port);
redisContext *redisConnectNonBlock(const char *ip, int port);
void *redisCommand(redisContext *c, const char *format, ...);
int redisAppendCommand(redisContext *c, const char *format, ...);
int redisGetReply(redisContext *c, void **reply);

} // extern "C"

#endif
