using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Documents;

/// <param name="Position">Of the attribute's name.</param>
public sealed record DocumentAttribute(string Name, string Value, SourcePosition Position);

/// <summary>An XML element with the places where its parts stand; names are local names, as libvirt compares them.</summary>
/// <param name="Position">Of the element's name.</param>
/// <param name="Text">All character data directly inside, comments left out.</param>
public sealed record DocumentElement(
    string Name,
    SourcePosition Position,
    ImmutableArray<DocumentAttribute> Attributes,
    ImmutableArray<DocumentElement> Children,
    string Text)
{
    public DocumentAttribute? Find(string attribute)
    {
        foreach (DocumentAttribute candidate in Attributes)
        {
            if (candidate.Name == attribute)
            {
                return candidate;
            }
        }

        return null;
    }
}
