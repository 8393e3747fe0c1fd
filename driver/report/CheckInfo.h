/// \file
/// CheckInfo: what reports and commands say about checks.

#ifndef COROLINT_DRIVER_REPORT_CHECKINFO_H
#define COROLINT_DRIVER_REPORT_CHECKINFO_H

#include "checks/core/Check.h"

#include "llvm/ADT/StringRef.h"

namespace corolint {

/// \p Name with or without `coro-`. \returns nullptr if there is no such check.
const Check *findCheck(llvm::StringRef Name);

/// `note`, `warning` or `error`.
llvm::StringRef severityName(Severity Level);

/// The severity of the check \p Name; a warning if it is none of ours.
Severity severityOf(llvm::StringRef Name);

/// The check's page in Markdown; empty if none was there at build time.
llvm::StringRef docPage(const Check &C);

} // namespace corolint

#endif
