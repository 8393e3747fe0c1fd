/// \file
/// wxWidgets' locks under their true names, just enough to parse.

#ifndef TESTDATA_WX_HPP
#define TESTDATA_WX_HPP
#pragma GCC system_header

enum wxMutexError { wxMUTEX_NO_ERROR = 0, wxMUTEX_BUSY };

class wxMutex {
public:
  wxMutexError Lock();
  wxMutexError LockTimeout(unsigned long ms);
  wxMutexError TryLock();
  wxMutexError Unlock();
};

class wxMutexLocker {
public:
  wxMutexLocker(wxMutex &mutex);
  ~wxMutexLocker();
  bool IsOk() const;
};

class wxCriticalSection {
public:
  void Enter();
  bool TryEnter();
  void Leave();
};

class wxCriticalSectionLocker {
public:
  wxCriticalSectionLocker(wxCriticalSection &section);
  ~wxCriticalSectionLocker();
};

#endif
