/// \file
/// Windows' locks under their true names, just enough to parse.

#ifndef TESTDATA_WIN32_HPP
#define TESTDATA_WIN32_HPP
#pragma GCC system_header

using BOOL = int;
using BOOLEAN = unsigned char;
struct CRITICAL_SECTION {};
struct SRWLOCK {};

extern "C" {
void EnterCriticalSection(CRITICAL_SECTION *section);
BOOL TryEnterCriticalSection(CRITICAL_SECTION *section);
void LeaveCriticalSection(CRITICAL_SECTION *section);
void AcquireSRWLockExclusive(SRWLOCK *lock);
void AcquireSRWLockShared(SRWLOCK *lock);
BOOLEAN TryAcquireSRWLockExclusive(SRWLOCK *lock);
BOOLEAN TryAcquireSRWLockShared(SRWLOCK *lock);
void ReleaseSRWLockExclusive(SRWLOCK *lock);
void ReleaseSRWLockShared(SRWLOCK *lock);
}

#endif
