/**
 * What is installed and usable. {@link dev.espalier.cli.doctor.Examination} looks, {@link
 * dev.espalier.cli.doctor.Diagnosis} is what it finds.
 */
@NullMarked
package dev.espalier.cli.doctor;

import org.jspecify.annotations.NullMarked;
