/// \file
/// Writing role files: what readRoleFile reads.

#include "checks/roles/RoleFile.h"
#include "checks/roles/RoleSchema.h"

#include <nlohmann/json.hpp>

namespace corolint {
namespace {

using nlohmann::json;

json list(const Role &R, llvm::StringRef Key) {
  json Items = json::array();
  for (llvm::StringRef Item : R.list(Key))
    Items.push_back(Item.str());
  return Items;
}

json value(const Role &R, const ParamSchema &Param, llvm::StringRef Text) {
  switch (Param.Type) {
  case ParamType::List:
  case ParamType::Conditions:
    return list(R, Param.Key);
  case ParamType::Arguments:
    if (Text.contains(','))
      return list(R, Param.Key);
    [[fallthrough]];
  case ParamType::Index:
  case ParamType::Argument: {
    unsigned Number = 0;
    if (!Text.getAsInteger(10, Number))
      return Number;
    return Text.str();
  }
  case ParamType::Flag:
    return Text == "true";
  case ParamType::Text:
  case ParamType::Word:
  case ParamType::Replacement:
    return Text.str();
  }
  return nullptr;
}

json toJson(const Role &R) {
  json Object = {{"role", spelling(R.Kind).str()}};
  for (const auto &[Key, Text] : R.Params) {
    const llvm::StringRef Name = llvm::StringRef(Key).split('.').first;
    const ParamSchema *Param = findParam(R.Kind, Name);
    if (!Param || Text == Param->Default)
      continue;
    if (Param->Type != ParamType::Replacement)
      Object[Key] = value(R, *Param, Text);
    else if (llvm::StringRef Library = llvm::StringRef(Key).split('.').second;
             Library == "any")
      Object[Name.str()] = Text;
    else
      Object[Name.str()][Library.str()] = Text;
  }
  return Object.size() == 1 ? Object["role"] : Object;
}

llvm::StringRef spelling(Provenance By) {
  switch (By) {
  case Provenance::Hand:
    return "hand";
  case Provenance::Inferred:
    return "inferred";
  case Provenance::Annotation:
    return "annotation";
  }
  return "";
}

} // namespace

std::string writeRoleFile(llvm::ArrayRef<RoleFileEntry> Entries) {
  json Root = json::object();
  for (const RoleFileEntry &E : Entries) {
    json Roles = json::array();
    for (const Role &R : E.Overload.Roles)
      Roles.push_back(toJson(R));
    json Entry = {{"roles", std::move(Roles)},
                  {"by", spelling(E.Overload.By).str()}};
    if (E.Overload.CLinkage)
      Entry["linkage"] = "C";
    if (!E.Overload.DeclaredIn.empty())
      Entry["declared-in"] = std::vector<std::string>(
          E.Overload.DeclaredIn.begin(), E.Overload.DeclaredIn.end());
    if (!E.Overload.Roles.empty() && !E.Overload.Roles.front().Source.empty())
      Entry["source"] = E.Overload.Roles.front().Source;
    std::string Name = E.Name;
    if (E.Overload.Parameters)
      Name += "(" + *E.Overload.Parameters + ")";
    Root[Name] = std::move(Entry);
  }
  // Paths and names of the source may be anything; JSON is UTF-8.
  return Root.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false,
                   json::error_handler_t::replace) +
         "\n";
}

} // namespace corolint
