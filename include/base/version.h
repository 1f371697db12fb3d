/* The program's version, as it is printed and recorded with every run. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define HPA_VERSION "0.1.0"

#endif
