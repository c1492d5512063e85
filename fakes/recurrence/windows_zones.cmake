# Turns CLDR's table of Windows time zones (JSON) into initializers for C++, at configure time. Each room that needs the
# table makes its own file from the same data, so that no room borrows another's reading of it.
#   include(fakes/recurrence/windows_zones.cmake)
#   calrig_windows_zones(tests/oracles/windows-zones.json ${CMAKE_CURRENT_BINARY_DIR}/windows_zones.inc)
# Rows: {"Windows id", "territory", "IANA id"},  by Windows id without regard to case; 001 first; the default zone of a
# territory before its others.
function(calrig_windows_zones input output)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${input}" "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
  if(EXISTS "${output}" AND "${output}" IS_NEWER_THAN "${input}"
     AND "${output}" IS_NEWER_THAN "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
    return()
  endif()
  file(READ "${input}" json)
  string(JSON mapping GET "${json}" mapping)
  string(JSON source GET "${json}" meta source)
  string(JSON ids LENGTH "${mapping}")
  set(keyed "")
  math(EXPR last_id "${ids} - 1")
  foreach(i RANGE ${last_id})
    string(JSON id MEMBER "${mapping}" ${i})
    string(TOLOWER "${id}" key)
    list(APPEND keyed "${key}\t${id}")
  endforeach()
  list(SORT keyed)
  set(rows "")
  foreach(entry IN LISTS keyed)
    string(REGEX REPLACE "^[^\t]*\t" "" id "${entry}")
    string(JSON territories GET "${mapping}" "${id}")
    string(JSON territory_count LENGTH "${territories}")
    math(EXPR last_territory "${territory_count} - 1")
    foreach(t RANGE ${last_territory})
      string(JSON territory MEMBER "${territories}" ${t})
      string(JSON zones GET "${territories}" "${territory}")
      string(REGEX MATCHALL "\"[^\"]+\"" zones "${zones}")
      foreach(zone IN LISTS zones)
        string(APPEND rows "{\"${id}\", \"${territory}\", ${zone}},\n")
      endforeach()
    endforeach()
  endforeach()
  file(WRITE "${output}.new"
    "// Generated from ${source}.\n"
    "// Copyright (C) 1991-2025 Unicode, Inc. All rights reserved. Distributed under the Unicode License V3 (Unicode-3.0),\n"
    "// https://www.unicode.org/license.txt; this notice stays with the data.\n"
    "${rows}")
  file(RENAME "${output}.new" "${output}")
endfunction()
