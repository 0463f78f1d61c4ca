/**
 * Reads HOCON from files that may be damaged or malicious: only files are included, and size, depth
 * and growth by substitutions are bounded. Knows nothing about settings. Not for users: see {@link
 * dev.espalier.core.configuration.Configuration}.
 */
@NullMarked
package dev.espalier.core.internal.hocon;

import org.jspecify.annotations.NullMarked;
