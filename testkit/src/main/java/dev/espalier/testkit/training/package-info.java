/**
 * Trying callbacks without a trainer: {@link dev.espalier.testkit.training.FakeTrainingControl}.
 */
@NullMarked
package dev.espalier.testkit.training;

import org.jspecify.annotations.NullMarked;
