/**
 * Replicas of a model that train together. Read {@link
 * dev.espalier.core.internal.replica.ReplicaStep} (the phases of a step) and {@link
 * dev.espalier.core.internal.replica.Exchange} (what comes between them) first.
 */
@NullMarked
package dev.espalier.core.internal.replica;

import org.jspecify.annotations.NullMarked;
