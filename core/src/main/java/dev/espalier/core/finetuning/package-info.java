/**
 * Fine-tuning of a pretrained model: a new classifier is trained on the frozen base first, then the
 * whole model. Read {@link dev.espalier.core.finetuning.FineTuning} first; {@link
 * dev.espalier.core.finetuning.Recipe} has the settings that are known to work.
 */
@NullMarked
package dev.espalier.core.finetuning;

import org.jspecify.annotations.NullMarked;
