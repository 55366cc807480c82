// Props of a component under test that can be changed after it is mounted.

export function reactiveProps<T extends object>(props: T): T {
  const reactive = $state(props);
  return reactive;
}
