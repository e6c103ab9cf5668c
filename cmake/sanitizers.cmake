# SPDX-License-Identifier: Apache-2.0
set(SCOWIRE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")
option(SCOWIRE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

if(SCOWIRE_SANITIZE)
  add_compile_options(-fsanitize=${SCOWIRE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCOWIRE_SANITIZE})
  # Instrumented code hides from gcc what bounds a value, so these two cry wolf here; the dev preset has them.
  add_compile_options(-O1 $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation> $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(SCOWIRE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(SCOWIRE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
