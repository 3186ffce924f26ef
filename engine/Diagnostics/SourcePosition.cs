namespace Lab.Engine.Diagnostics;

/// <summary>A place in a document that a user wrote; lines and columns count from 1, as editors do.</summary>
/// <param name="File">The name the user would recognise: the path given, or <c>library:NAME</c> for a stock filter.</param>
/// <param name="Line">From 1; 0 when the whole document is meant.</param>
/// <param name="Column">From 1; 0 when the whole line is meant.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() =>
        Line == 0 ? File : Column == 0 ? $"{File}:{Line}" : $"{File}:{Line}:{Column}";
}
