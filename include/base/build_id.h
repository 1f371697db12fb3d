/* Which build of the program this is. Any thread. */
#ifndef BASE_BUILD_ID_H
#define BASE_BUILD_ID_H

enum { BUILD_ID_TEXT = 9 };

/* The first 8 digits of the build id that the linker wrote into the program, "" where it wrote
 * none. It is the same for the same sources, compiler and flags, in whatever folder they were
 * built. */
void build_id(char out[BUILD_ID_TEXT]);

#endif
