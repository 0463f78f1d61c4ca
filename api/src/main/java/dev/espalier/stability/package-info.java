/** Says what users can rely on from one release to the next. */
@NullMarked
package dev.espalier.stability;

import org.jspecify.annotations.NullMarked;
