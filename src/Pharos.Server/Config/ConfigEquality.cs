using System.Collections;
using System.Reflection;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Server.Config;

/// <summary>Whether two configuration records say the same, lists and all, so that a reload leaves alone what did not change.</summary>
/// <remarks>The equality of records compares lists by reference. This walks public properties by reflection: at a reload, never per request.</remarks>
static class ConfigEquality
{
    public static bool AreSame(object? left, object? right)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left is null || right is null || left.GetType() != right.GetType()) return false;
        var type = left.GetType();
        if (left is string or LabelSet or Secret or Uri || type.IsPrimitive || type.IsEnum || type == typeof(TimeSpan)) return left.Equals(right);
        if (left is Re2 pattern) return pattern.Pattern == ((Re2)right).Pattern;
        if (left is IEnumerable items) return AreSameItems(items, (IEnumerable)right);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0) continue;
            if (!AreSame(property.GetValue(left), property.GetValue(right))) return false;
        }
        return true;
    }

    static bool AreSameItems(IEnumerable left, IEnumerable right)
    {
        var others = right.GetEnumerator();
        foreach (var item in left)
        {
            if (!others.MoveNext() || !AreSame(item, others.Current)) return false;
        }
        return !others.MoveNext();
    }
}
