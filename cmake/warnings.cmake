# SPDX-License-Identifier: Apache-2.0
# The interface target that every target of ours links: warnings, banned functions, include roots.
option(SCOWIRE_WERROR "Treat warnings as errors" OFF)

add_library(scowire_options INTERFACE)
target_compile_options(scowire_options INTERFACE
  -Wall -Wextra -Wshadow -Wformat=2 -Wvla -Wundef -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wwrite-strings -Wimplicit-fallthrough
  # clang wants a literal even where the function itself is printf-like.
  $<$<C_COMPILER_ID:Clang>:-Wno-format-nonliteral>
  $<$<BOOL:${SCOWIRE_WERROR}>:-Werror>
  -include base/banned.h)
target_include_directories(scowire_options INTERFACE ${CMAKE_SOURCE_DIR}/common)
# _GNU_SOURCE for the whole build: memmem, strerrorname_np; banned.h includes headers before any file could ask.
target_compile_definitions(scowire_options INTERFACE _GNU_SOURCE SCOWIRE_VERSION="${PROJECT_VERSION}")
