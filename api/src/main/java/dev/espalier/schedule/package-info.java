/**
 * Learning rate schedules. Read {@link dev.espalier.schedule.LearningRateSchedule}, {@link
 * dev.espalier.schedule.Span} and, as an example, {@link dev.espalier.schedule.CosineDecay} first.
 */
@NullMarked
package dev.espalier.schedule;

import org.jspecify.annotations.NullMarked;
