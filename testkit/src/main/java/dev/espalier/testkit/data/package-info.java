/**
 * What every data set must do: extend {@link dev.espalier.testkit.data.DatasetContract} in the
 * tests of yours.
 */
@NullMarked
package dev.espalier.testkit.data;

import org.jspecify.annotations.NullMarked;
