import { updateTask } from '../../src/yeoman/change-tasks.ts';
import { generatorOf } from '../../src/yeoman/generator-for.ts';

export default generatorOf(updateTask);
