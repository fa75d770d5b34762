package org.elanus.spi.auth;

/**
 * What an action is done to; parts that do not apply are empty.
 *
 * @param database by name; a collection is named together with its database
 * @param collection by name, never by an alias: the door looks up what an alias stands for before it asks
 * @param user a user's name, for actions of scope {@link Action.Scope#USER}
 */
public record Resource(String database, String collection, String user) {

    /** Everything. */
    public static final Resource CLUSTER = new Resource("", "", "");

    public static Resource database(String database) {
        return new Resource(database, "", "");
    }

    public static Resource collection(String database, String collection) {
        return new Resource(database, collection, "");
    }

    public static Resource user(String user) {
        return new Resource("", "", user);
    }

    /** For people, such as {@code collection 'books' of database 'default'}. */
    @Override
    public String toString() {
        if (!user.isEmpty()) {
            return "user '" + user + "'";
        }
        if (!collection.isEmpty()) {
            return "collection '" + collection + "' of database '" + database + "'";
        }
        return database.isEmpty() ? "the cluster" : "database '" + database + "'";
    }
}
