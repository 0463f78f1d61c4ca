/**
 * Native libraries: which one this machine needs, how it is unpacked and loaded once, and how the
 * process exits. The main type is {@link dev.espalier.engine.library.UnpackedLibrary}.
 */
@NullMarked
package dev.espalier.engine.library;

import org.jspecify.annotations.NullMarked;
