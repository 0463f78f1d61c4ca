package dev.espalier.core.dataquality;

/**
 * A sample that is probably mislabelled.
 *
 * @param index of the sample in its data set
 * @param label its class
 * @param suggested the class that it probably has
 * @param labelProbability predicted probability of its class
 * @param suggestedProbability predicted probability of the suggested class
 */
public record LabelIssue(
    int index, int label, int suggested, double labelProbability, double suggestedProbability) {}
