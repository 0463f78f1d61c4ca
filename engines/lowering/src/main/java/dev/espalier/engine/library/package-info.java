/**
 * Native libraries: which one this machine needs, how it is unpacked once and loaded once, and what
 * a process does when it ends. {@link dev.espalier.engine.library.UnpackedLibrary} is the main
 * type.
 */
@NullMarked
package dev.espalier.engine.library;

import org.jspecify.annotations.NullMarked;
