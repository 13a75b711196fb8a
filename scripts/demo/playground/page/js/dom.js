export const byId = (id) => document.getElementById(id);

/** An element with properties and children; text is only ever set as text. */
export function el(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
