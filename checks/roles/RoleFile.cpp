/// \file
/// Reading role files and annotations: every key and value is checked against
/// RoleSchema, and what is wrong is said with entry, key and nearest spelling.

#include "checks/roles/RoleFile.h"
#include "checks/roles/RoleSchema.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include <nlohmann/json.hpp>

namespace corolint {
namespace {

using nlohmann::json;

llvm::Error fail(const llvm::Twine &Message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Message);
}

std::string inQuotes(llvm::StringRef Text) { return ("'" + Text + "'").str(); }

/// Finds what `json::parse` does not tell without exceptions: where the text
/// is not valid, and keys that appear twice in one object.
class Scanner {
public:
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(json::number_integer_t) { return true; }
  bool number_unsigned(json::number_unsigned_t) { return true; }
  bool number_float(json::number_float_t, const std::string &) { return true; }
  bool string(std::string &) { return true; }
  bool binary(json::binary_t &) { return true; }
  bool start_object(std::size_t) {
    Objects.emplace_back();
    return true;
  }
  bool key(std::string &Key) {
    Objects.back().Last = Key;
    if (Objects.back().Keys.insert(Key).second)
      return true;
    for (const Object &O : Objects)
      Duplicate.push_back(inQuotes(O.Last));
    return false;
  }
  bool end_object() {
    Objects.pop_back();
    return true;
  }
  bool start_array(std::size_t) { return true; }
  bool end_array() { return true; }
  template <typename Exception>
  bool parse_error(std::size_t Position, const std::string &,
                   const Exception &) {
    Offset = Position;
    return false;
  }

  /// Bytes read up to and with the one that is wrong.
  std::optional<std::size_t> Offset;
  /// The path of keys to the one that appears twice.
  std::vector<std::string> Duplicate;

private:
  struct Object {
    llvm::StringSet<> Keys;
    std::string Last;
  };
  std::vector<Object> Objects;
};

llvm::Error checkSyntax(llvm::StringRef Path, llvm::StringRef Text) {
  Scanner S;
  if (json::sax_parse(Text.begin(), Text.end(), &S))
    return llvm::Error::success();
  if (!S.Duplicate.empty())
    return fail(Path + ": " + llvm::join(S.Duplicate, ": ") +
                ": key appears twice");
  llvm::StringRef Before =
      Text.take_front(S.Offset.value_or(Text.size() + 1) - 1);
  std::size_t LineStart = Before.rfind('\n') + 1; // 0 if there is none.
  return fail(Path + ":" + llvm::Twine(Before.count('\n') + 1) + ":" +
              llvm::Twine(Before.size() - LineStart + 1) + ": not valid JSON");
}

/// \returns what is wrong with an entity's name, empty if nothing is.
llvm::StringRef checkName(llvm::StringRef Name) {
  if (Name.empty())
    return "empty name";
  if (Name.starts_with("::"))
    return "leave out the leading '::'";
  bool Operator = Name.contains("operator");
  if (!Operator && Name.contains('<'))
    return "leave out template arguments";
  if (!Operator && Name.find_first_of(" \t*&,()") != llvm::StringRef::npos)
    return "not a qualified name";
  return {};
}

/// An index in quotes is a mistake of the file's author.
bool isIndexText(const json &Value) {
  const std::string &Text = Value.get_ref<const std::string &>();
  return llvm::all_of(Text, llvm::isDigit);
}

/// Reads one entry; the strings are for messages only.
class EntryReader {
public:
  EntryReader(llvm::StringRef Path, llvm::StringRef Entry)
      : Prefix((Path + ": " + inQuotes(Entry) + ": ").str()) {}

  llvm::Error read(const json &Value, RoleTable::Entry &Out);

private:
  llvm::Error wrong(llvm::StringRef Key, const llvm::Twine &What) const {
    return fail(Prefix + inQuotes(Key) + ": " + What);
  }
  llvm::Expected<Role> readRole(const json &Value) const;
  llvm::Error readParam(Role &R, const std::string &Key,
                        const json &Value) const;
  llvm::Error readReplacement(Role &R, const std::string &Key,
                              const json &Value) const;
  llvm::Error checkTargets(const RoleTable::Entry &E) const;

  std::string Prefix;
};

llvm::Error EntryReader::read(const json &Value, RoleTable::Entry &Out) {
  static constexpr llvm::StringRef Keys[] = {"roles", "by", "source", "linkage",
                                             "declared-in"};
  if (!Value.is_object())
    return fail(Prefix + "expected an object");
  for (const auto &[Key, _] : Value.items())
    if (!llvm::is_contained(Keys, Key))
      return wrong(Key, "unknown key" + nearest(Key, Keys));

  Provenance By = Provenance::Hand;
  if (auto It = Value.find("by"); It != Value.end()) {
    static constexpr llvm::StringRef Words[] = {"hand", "inferred",
                                                "annotation"};
    if (!It->is_string())
      return wrong("by", "expected a text");
    const std::string &Word = It->get_ref<const std::string &>();
    const llvm::StringRef *Found = llvm::find(Words, Word);
    if (Found == std::end(Words))
      return wrong("by", "unknown value " + inQuotes(Word) +
                             nearest(Word, Words) + ", expected one of " +
                             llvm::join(llvm::ArrayRef(Words), ", "));
    By = static_cast<Provenance>(Found - Words);
    Out.By = By;
  }

  std::string Source;
  if (auto It = Value.find("source"); It != Value.end()) {
    if (!It->is_string())
      return wrong("source", "expected a text");
    Source = It->get<std::string>();
  }

  if (auto It = Value.find("linkage"); It != Value.end()) {
    if (*It != "C")
      return wrong("linkage", "expected 'C'");
    Out.CLinkage = true;
  }

  if (auto It = Value.find("declared-in"); It != Value.end()) {
    if (!It->is_array())
      return wrong("declared-in", "expected a list of paths");
    for (const json &Path : *It) {
      if (!Path.is_string() || Path == "")
        return wrong("declared-in", "expected a list of paths");
      Out.DeclaredIn.push_back(Path.get<std::string>());
    }
  }

  auto Roles = Value.find("roles");
  if (Roles == Value.end())
    return wrong("roles", "missing");
  if (!Roles->is_array())
    return wrong("roles", "expected a list");
  for (const json &Item : *Roles) {
    llvm::Expected<Role> R = readRole(Item);
    if (!R)
      return R.takeError();
    R->By = By;
    R->Source = Source;
    Out.Roles.push_back(std::move(*R));
  }
  return checkTargets(Out);
}

llvm::Expected<Role> EntryReader::readRole(const json &Value) const {
  const json *Name = &Value;
  if (Value.is_object()) {
    auto It = Value.find("role");
    if (It == Value.end())
      return wrong("role", "missing");
    Name = &*It;
  }
  if (!Name->is_string())
    return wrong("roles", "expected a role or an object with the key 'role'");
  const std::string &Spelling = Name->get_ref<const std::string &>();
  std::optional<RoleKind> Kind = roleKind(Spelling);
  if (!Kind)
    return wrong("roles", "unknown role " + inQuotes(Spelling) +
                              nearest(Spelling, roleSpellings()));
  Role R{.Kind = *Kind};
  if (Value.is_object())
    for (const auto &[Key, Param] : Value.items())
      if (Key != "role")
        if (llvm::Error E = readParam(R, Key, Param))
          return E;
  if (llvm::StringRef Missing = fillDefaults(R); !Missing.empty())
    return wrong(Missing, "missing for role " + inQuotes(Spelling));
  return R;
}

llvm::Error EntryReader::readParam(Role &R, const std::string &Key,
                                   const json &Value) const {
  const ParamSchema *Param = findParam(R.Kind, Key);
  if (!Param)
    return wrong(Key, "unknown key of role " + inQuotes(spelling(R.Kind)) +
                          nearestKey(R.Kind, Key));
  std::string Text;
  switch (Param->Type) {
  case ParamType::Replacement:
    return readReplacement(R, Key, Value);
  case ParamType::Text:
  case ParamType::Word:
    if (!Value.is_string())
      return wrong(Key, "expected a text");
    Text = Value.get<std::string>();
    break;
  case ParamType::Index:
  case ParamType::Argument:
    if (Value.is_number_unsigned())
      Text = llvm::utostr(Value.get<std::uint64_t>());
    else if (Value.is_string() && !isIndexText(Value))
      Text = Value.get<std::string>();
    break; // Anything else is an empty text, which is no index.
  case ParamType::Arguments:
    if (Value.is_number_unsigned())
      Text = llvm::utostr(Value.get<std::uint64_t>());
    else if (Value.is_string() && !isIndexText(Value))
      Text = Value.get<std::string>();
    else if (Value.is_array())
      for (const json &Item : Value)
        Text += (Text.empty() ? "" : ",") +
                (Item.is_string() ? Item.get<std::string>() : Item.dump());
    break;
  case ParamType::Flag:
    if (Value.is_boolean())
      Text = Value.get<bool>() ? "true" : "false";
    break;
  case ParamType::List:
  case ParamType::Conditions: {
    std::vector<std::string> Items;
    if (!Value.is_array())
      return wrong(Key, "expected a list of texts");
    for (const json &Item : Value) {
      if (!Item.is_string() || Item == "" ||
          Item.get_ref<const std::string &>().find(',') != std::string::npos)
        return wrong(Key, "expected a list of texts without commas");
      Items.push_back(Item.get<std::string>());
    }
    // An empty list is how a file takes a default's names away.
    if (Items.empty() && Param->Type == ParamType::List) {
      R.Params.emplace_back(Key, "");
      return llvm::Error::success();
    }
    Text = llvm::join(Items, ",");
    break;
  }
  }
  if (std::string What = checkValue(*Param, Text); !What.empty())
    return wrong(Key, What);
  R.Params.emplace_back(Key, std::move(Text));
  return llvm::Error::success();
}

llvm::Error EntryReader::readReplacement(Role &R, const std::string &Key,
                                         const json &Value) const {
  if (Value.is_string() && Value != "") {
    R.Params.emplace_back(Key + ".any", Value.get<std::string>());
    return llvm::Error::success();
  }
  if (!Value.is_object())
    return wrong(Key, "expected a text, or an object from library to text");
  for (const auto &[Library, Text] : Value.items()) {
    if (!Text.is_string() || Text == "")
      return wrong(Key, "expected a text for " + inQuotes(Library));
    R.Params.emplace_back(Key + "." + Library, Text.get<std::string>());
  }
  return llvm::Error::success();
}

/// A name is a type's or a function's, never both.
llvm::Error EntryReader::checkTargets(const RoleTable::Entry &E) const {
  const Role *OfType = nullptr, *OfFunction = nullptr;
  for (const Role &R : E.Roles) {
    if (target(R.Kind) == RoleTarget::Type)
      OfType = &R;
    else if (target(R.Kind) == RoleTarget::Function)
      OfFunction = &R;
  }
  if (OfType && OfFunction)
    return wrong("roles", "role " + inQuotes(spelling(OfType->Kind)) +
                              " is for types, " +
                              inQuotes(spelling(OfFunction->Kind)) +
                              " for functions");
  if (OfType && (E.Parameters || E.CLinkage || !E.DeclaredIn.empty()))
    return wrong("roles",
                 "role " + inQuotes(spelling(OfType->Kind)) + " is for types");
  return llvm::Error::success();
}

/// Splits `f (int, char)` into the name and the overload's parameters.
llvm::Expected<std::pair<llvm::StringRef, std::optional<std::string>>>
splitName(llvm::StringRef Path, llvm::StringRef Written) {
  llvm::StringRef Name = Written;
  std::optional<std::string> Parameters;
  // The parentheses of `operator()` belong to the name.
  std::size_t Call = Written.find("operator()");
  std::size_t From = Call == llvm::StringRef::npos ? 0 : Call + 10;
  if (std::size_t Open = Written.find('(', From);
      Open != llvm::StringRef::npos) {
    if (!Written.ends_with(")"))
      return fail(Path + ": " + inQuotes(Written) + ": missing ')' at the end");
    Name = Written.take_front(Open).rtrim();
    Parameters = Written.drop_front(Open + 1).drop_back().trim().str();
  }
  if (llvm::StringRef What = checkName(Name); !What.empty())
    return fail(Path + ": " + inQuotes(Written) + ": " + What);
  return std::pair(Name, std::move(Parameters));
}

} // namespace

llvm::Expected<std::vector<RoleFileEntry>> readRoleFile(llvm::StringRef Path,
                                                        llvm::StringRef Json) {
  if (llvm::Error E = checkSyntax(Path, Json))
    return E;
  const json Root = json::parse(Json.begin(), Json.end(), /*cb=*/nullptr,
                                /*allow_exceptions=*/false);
  if (!Root.is_object())
    return fail(Path + ": not a JSON object");
  std::vector<RoleFileEntry> Entries;
  for (const auto &[Written, Value] : Root.items()) {
    auto Split = splitName(Path, Written);
    if (!Split)
      return Split.takeError();
    RoleFileEntry New;
    New.Name = Split->first.str();
    New.Overload.Parameters = std::move(Split->second);
    if (llvm::Error E = EntryReader(Path, Written).read(Value, New.Overload))
      return E;
    Entries.push_back(std::move(New));
  }
  return Entries;
}

llvm::Expected<Role> readAnnotation(llvm::StringRef Text) {
  llvm::StringRef Rest = Text;
  Rest.consume_front("corolint:");
  llvm::StringRef Name;
  std::tie(Name, Rest) = Rest.split(';');
  std::optional<RoleKind> Kind = roleKind(Name);
  if (!Kind)
    return fail("unknown role " + inQuotes(Name) +
                nearest(Name, roleSpellings()));
  Role R{.Kind = *Kind, .By = Provenance::Annotation};
  while (!Rest.empty()) {
    llvm::StringRef Item, Key, Value;
    if (Rest.starts_with("reason="))
      std::swap(Item, Rest);
    else
      std::tie(Item, Rest) = Rest.split(';');
    std::tie(Key, Value) = Item.split('=');
    // `replacement.asio` is the map's entry for one library.
    const ParamSchema *Param = findParam(*Kind, Key.split('.').first);
    if (!Param || (Key.contains('.') && Param->Type != ParamType::Replacement))
      return fail(inQuotes(Key) + ": unknown key of role " + inQuotes(Name) +
                  nearestKey(*Kind, Key));
    if (std::string What = checkValue(*Param, Value); !What.empty())
      return fail(inQuotes(Key) + ": " + What);
    const bool AnyLibrary =
        Param->Type == ParamType::Replacement && !Key.contains('.');
    R.Params.emplace_back(AnyLibrary ? (Key + ".any").str() : Key.str(),
                          Value.str());
  }
  if (llvm::StringRef Missing = fillDefaults(R); !Missing.empty())
    return fail(inQuotes(Missing) + ": missing for role " + inQuotes(Name));
  return R;
}

} // namespace corolint
