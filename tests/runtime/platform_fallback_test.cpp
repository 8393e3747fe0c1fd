/// \file
/// platform_test.cpp where the kernel offers neither futex nor membarrier; the
/// build says so.

#include "platform_test.cpp"

#if CORORT_FUTEX || CORORT_MEMBARRIER
#error "build this with CORORT_FUTEX=0 and CORORT_MEMBARRIER=0"
#endif
