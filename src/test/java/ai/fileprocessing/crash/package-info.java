/**
 * Kills and pauses servers, records from outside all that their clients see meanwhile, and judges
 * the whole of it in the end. Nothing in the service helps: the moments are seen on the wire.
 */
package ai.fileprocessing.crash;
