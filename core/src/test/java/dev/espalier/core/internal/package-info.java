/** What tests of several internal packages share. */
@NullMarked
package dev.espalier.core.internal;

import org.jspecify.annotations.NullMarked;
