/**
 * Inference for applications. Read {@link dev.espalier.core.classifier.Classifier} first, then
 * {@link dev.espalier.core.classifier.Classification}.
 */
@NullMarked
package dev.espalier.core.classifier;

import org.jspecify.annotations.NullMarked;
