package org.elanus.core.metrics;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.elanus.spi.metrics.MetricsReporter;

/** Writes down what it is told. */
class RecordingReporter implements MetricsReporter {

    final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public void queryFinished(String collection, String operationType, long nanos) {
        told.add("query " + collection + " " + operationType + " " + nanos);
    }

    @Override
    public void callFinished(String operation, long nanos) {
        told.add("call " + operation + " " + nanos);
    }

    @Override
    public void indexOperation(String collection, String indexType, String status) {
        told.add("index " + collection + " " + indexType + " " + status);
    }

    @Override
    public void error(String operation, String errorType) {
        told.add("error " + operation + " " + errorType);
    }

    @Override
    public void collectionRemoved(String collection) {
        told.add("removed " + collection);
    }
}
