/**
 * Finds problems of data with a model: images that are probably mislabelled, and near-duplicates in
 * two splits. Start with {@link dev.espalier.core.dataquality.DataIssueFinder}.
 */
@NullMarked
package dev.espalier.core.dataquality;

import org.jspecify.annotations.NullMarked;
