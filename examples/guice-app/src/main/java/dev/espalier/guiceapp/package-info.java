/**
 * A service that classifies images: {@link dev.espalier.guiceapp.ClassifierApplication} puts it
 * together, {@link dev.espalier.guiceapp.ClassifierService} does the work.
 */
@NullMarked
package dev.espalier.guiceapp;

import org.jspecify.annotations.NullMarked;
