/**
 * Golden values computed by Keras: {@link dev.espalier.testkit.golden.SharedData} finds the files,
 * {@link dev.espalier.testkit.golden.GoldenNumbers} returns the weights and images that they were
 * computed with.
 */
@NullMarked
package dev.espalier.testkit.golden;

import org.jspecify.annotations.NullMarked;
