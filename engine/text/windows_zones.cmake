# Writes the Windows zone table of the engine from the CLDR excerpt: default zone (territory 001) per Windows id.
# Ids are written in lower case, because Windows ids are looked up without regard to case.
function(calrig_engine_windows_zones json out)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${json}")
  file(READ "${json}" text)
  string(REPLACE "[" "" text "${text}")  # an open bracket would glue the items of a CMake list together
  string(REGEX MATCHALL "\"[^\"]+\":[ \r\n]*{[ \r\n]*\"001\":[ \r\n]*\"[^\"]+\"" entries "${text}")
  set(rows "")
  foreach(entry IN LISTS entries)
    string(REGEX MATCH "^\"([^\"]+)\".*\"([^\"]+)\"$" _ "${entry}")
    set(zone "${CMAKE_MATCH_2}")
    string(TOLOWER "${CMAKE_MATCH_1}" id)
    list(APPEND rows "{\"${id}\", \"${zone}\"}")
  endforeach()
  list(LENGTH rows count)
  if(count LESS 100)
    message(FATAL_ERROR "${json}: only ${count} Windows zones could be read; the file's form has changed.")
  endif()
  # Ids that providers send and CLDR does not list.
  list(APPEND rows "{\"kamchatka standard time\", \"Asia/Kamchatka\"}" "{\"mid-atlantic standard time\", \"Etc/GMT+2\"}"
       "{\"tzone://microsoft/utc\", \"UTC\"}" "{\"coordinated universal time\", \"UTC\"}" "{\"z\", \"UTC\"}")
  list(REMOVE_DUPLICATES rows)
  list(JOIN rows ",\n" body)
  file(CONFIGURE OUTPUT "${out}" CONTENT "${body}\n" @ONLY)
endfunction()
