# Writes OUTPUT: one `{"name.json", R"json(text)json"},` for each of FILES.
set(text "")
foreach(file IN LISTS FILES)
  file(READ ${file} json)
  get_filename_component(name ${file} NAME)
  string(APPEND text "{\"${name}\", R\"json(${json})json\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
