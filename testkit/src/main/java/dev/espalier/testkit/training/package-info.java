/**
 * Contract tests and a fake training for callbacks: {@link
 * dev.espalier.testkit.training.CallbackContract} and {@link
 * dev.espalier.testkit.training.FakeTrainingControl}.
 */
@NullMarked
package dev.espalier.testkit.training;

import org.jspecify.annotations.NullMarked;
