# Writes OUTPUT: one `{"check-id", R"page(text)page"},` for each of FILES.
set(text "")
foreach(file IN LISTS FILES)
  file(READ ${file} page)
  get_filename_component(id ${file} NAME_WE)
  string(APPEND text "{\"${id}\", R\"page(${page})page\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
