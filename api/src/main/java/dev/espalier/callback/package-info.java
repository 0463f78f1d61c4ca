/**
 * Callbacks watch and steer a training. Read {@link dev.espalier.callback.Callback} (the hooks) and
 * {@link dev.espalier.callback.TrainingControl} (what a hook may do) first.
 */
@NullMarked
package dev.espalier.callback;

import org.jspecify.annotations.NullMarked;
