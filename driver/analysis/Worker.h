/// \file
/// Worker: analyses one file in this process.

#ifndef COROLINT_DRIVER_ANALYSIS_WORKER_H
#define COROLINT_DRIVER_ANALYSIS_WORKER_H

#include "driver/analysis/CompileCommands.h"
#include "driver/analysis/FileResult.h"
#include "driver/analysis/Scope.h"

#include "clang-tidy/ClangTidyOptions.h"

namespace corolint {

/// Analyses \p Job with the checks and options that \p Options name, and keeps
/// the findings in \p Project and in the file itself; collects facts if \p
/// WithFacts. Changes the process's working directory.
FileResult analyse(const CompileJob &Job,
                   const clang::tidy::ClangTidyOptions &Options,
                   const Scope &Project, bool WithFacts);

} // namespace corolint

#endif
