/** Damaged files, to check that a reader refuses what it cannot read. */
@NullMarked
package dev.espalier.testkit.file;

import org.jspecify.annotations.NullMarked;
