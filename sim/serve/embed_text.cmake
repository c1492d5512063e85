# A text file as a C++ raw string literal, so that the program needs no file beside it. C++ compilers promise literals of
# 65,536 characters: more is an error here, not a surprise there.
function(calrig_embed_text from to)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${from})
  file(READ ${from} text)
  string(LENGTH "${text}" length)
  if(length GREATER 65000)
    message(FATAL_ERROR "${from} is too long to be embedded as one literal")
  endif()
  file(CONFIGURE OUTPUT ${to} CONTENT "R\"calrig(@text@)calrig\"\n" @ONLY)
endfunction()
