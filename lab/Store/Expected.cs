namespace Lab.Store;

/// <summary>Whether a filter of the name is there before it is defined; a request that finds otherwise is refused.</summary>
public enum Expected
{
    Either,

    /// <summary>No stored one; a built-in one may be hidden.</summary>
    New,

    /// <summary>A stored or a built-in one.</summary>
    Existing,
}
